// What Excel puts into the page of an add-in before Microsoft's scripts: the way by which they
// send it messages and receive its own. In a page opened by itself there is none.
"use strict";

(() => {
  const host = window.parent.officeHost;
  if (window.parent === window || host === undefined) {
    return;
  }
  const bridge = { sendMessageToHost: (text) => host.addIn.receive(JSON.parse(text)) };
  window._richApiNativeBridge = bridge;
  window.OsfOptOut = true; // in a frame that is not Excel's, the scripts leave for a blank page
  // The runtime sets `onMessageFromHost` of the bridge.
  host.addIn.connect((message) => bridge.onMessageFromHost(JSON.stringify(message)));
})();
