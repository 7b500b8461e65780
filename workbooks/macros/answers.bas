Attribute VB_Name = "PriceAnswers"
'Answers the price functions: asks Python, by way of xlwings, and keeps the answers, so that each
'question is asked once as long as the sheets say the same. Python gets those sheets and the
'question, nothing else; nothing here opens a file or a connection.
Option Explicit
Option Private Module

Private Const PYTHON_MODULE As String = "xlfuncs.excel"
Private Const KEY_NOT_KNOWN As Long = 0
Private Const MOST_KEPT As Long = 100000

Private python As Object          'once a question was asked
Private key As String             'what Python knows the sheets under
Private kept As Dictionary        'the answers, by question
Private stated As String          'what the sheets say, for the answers that are kept

Public Failure As String          'why there are no answers until the calculation is over
Public Unanswered As Boolean      'whether cells show an error because Python did not answer

Public Function Answer(ByVal called As String, ByVal given As Variant, _
                       Optional ByVal inWords As Boolean = False) As Variant
    'The answer to a question; an error, or a sentence, where Python does not answer.
    Dim question As String
    On Error GoTo NotAnswered
    If Failure <> "" Then GoTo NotAnswered
    If kept Is Nothing Then Forget
    TakeValues given
    question = QuestionOf(called, given)
    If kept.Exists(question) Then
        Answer = kept.Item(question)
    Else
        Answer = AsCells(AskPython(called, given))
        If kept.Count >= MOST_KEPT Then kept.RemoveAll
        If question <> "" Then kept.Add question, Answer
    End If
    Exit Function
NotAnswered:
    If Failure = "" Then Failure = SentenceOn(Err.Description)
    Unanswered = True
    If inWords Then Answer = Failure Else Answer = CVErr(xlErrValue)
End Function

Public Sub Forget()
    'Drops the answers; the sheets are handed over again with the next question.
    stated = PriceSheets.Statement
    key = ""
    Set kept = New Dictionary
End Sub

Public Function IsCurrent() As Boolean
    'Whether the sheets still say what the answers come from.
    If Not kept Is Nothing Then IsCurrent = (PriceSheets.Statement = stated)
End Function

Private Sub TakeValues(ByRef given As Variant)
    'Puts values in place of cells, and nothing in place of what was left out; several areas at
    'once are no argument.
    Dim place As Long, cells As Object
    For place = LBound(given) To UBound(given)
        If IsMissing(given(place)) Then
            given(place) = Empty
        ElseIf IsObject(given(place)) Then
            Set cells = given(place)
            given(place) = CVErr(xlErrValue)
            If TypeOf cells Is Range Then
                If cells.Areas.Count = 1 Then given(place) = cells.Value2
            End If
        End If
    Next place
End Sub

Private Function QuestionOf(ByVal called As String, ByVal given As Variant) As String
    'A question as a text that no other has; nothing for ranges, which are asked each time.
    Dim place As Long
    QuestionOf = called
    For place = LBound(given) To UBound(given)
        If IsArray(given(place)) Then
            QuestionOf = ""
            Exit Function
        End If
        QuestionOf = QuestionOf & vbNullChar & PriceSheets.Exactly(given(place))
    Next place
End Function

Private Function AskPython(ByVal called As String, ByVal given As Variant) As Variant
    If Not python Is Nothing And key <> "" Then
        On Error Resume Next  'it may have ended since, or have read many other workbooks
        AskPython = python.CallUDF(PYTHON_MODULE, "answer", Array(key, called, given))
        If Err.Number = 0 And Not IsNotKnown(AskPython) Then Exit Function
        On Error GoTo 0
    End If
    Set python = XLPy
    HandOver
    AskPython = python.CallUDF(PYTHON_MODULE, "answer", Array(key, called, given))
    If IsNotKnown(AskPython) Then Err.Raise 1000, Description:="the sheets were not taken"
End Function

Private Sub HandOver()
    If PriceSheets.Statement <> stated Then  'they changed, and no event said so
        stated = ""
        Set kept = New Dictionary
    End If
    key = python.CallUDF(PYTHON_MODULE, "read_sheets", Array(PriceSheets.Handed("Tiers"), _
        PriceSheets.Handed("Amendments"), PriceSheets.Handed("Contract"), ThisWorkbook.Date1904))
End Sub

Private Function IsNotKnown(ByVal found As Variant) As Boolean
    If VarType(found) = vbLong Then IsNotKnown = (found = KEY_NOT_KNOWN)
End Function

Private Function AsCells(ByVal found As Variant) As Variant
    'Python answers an error with its number, and nothing else with a whole number.
    Dim row As Long, column As Long
    If IsArray(found) Then
        For row = LBound(found, 1) To UBound(found, 1)
            For column = LBound(found, 2) To UBound(found, 2)
                If VarType(found(row, column)) = vbLong Then
                    found(row, column) = CVErr(found(row, column))
                End If
            Next column
        Next row
    ElseIf VarType(found) = vbLong Then
        found = CVErr(found)
    End If
    AsCells = found
End Function

Private Function SentenceOn(ByVal description As String) As String
    'What keeps Python from answering, and the way out.
    Dim cause As String
    If InStr(description, "No module named") > 0 Then
        cause = "the Python that was found does not have the package xlfuncs"
    ElseIf InStr(1, description, ".dll", vbTextCompare) > 0 Then
        cause = "no Python with xlwings " & XLWINGS_VERSION & " was found"
    Else
        cause = "Python did not answer"
    End If
#If Mac Then
    cause = "Excel on a Mac cannot ask Python from a macro"
#End If
    SentenceOn = "no answer: " & cause & " (" & Split(description & vbLf, vbLf)(0) & "); " & _
        "type  xlfuncs doctor  in a terminal, do what it says, then press Ctrl+Alt+F9 here"
End Function
