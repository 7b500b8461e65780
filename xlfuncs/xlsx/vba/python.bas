Attribute VB_Name = "PricePython"
'Asks Python, by way of xlwings. Python gets the sheets that prices come from and the questions,
'nothing else; nothing here opens a file or a connection.
Option Explicit
Option Private Module

Private Const PYTHON_MODULE As String = "xlfuncs.hosts.excel"
Private Const KEY_NOT_KNOWN As Long = 0

Private server As Object          'once the sheets were handed over
Private key As String             'what Python knows the sheets under

Public Sub HandOver()
    Set server = XLPy
    key = server.CallUDF(PYTHON_MODULE, "read_sheets", Array(PriceSheets.Handed("Tiers"), _
        PriceSheets.Handed("Amendments"), PriceSheets.Handed("Contract"), ThisWorkbook.Date1904))
End Sub

Public Sub ForgetSheets()
    key = ""
End Sub

Public Function Ask(ByVal called As String, ByVal given As Variant) As Variant
    'The answer to a question; nothing where Python does not know the sheets.
    Dim found As Variant
    If key = "" Then Exit Function
    found = server.CallUDF(PYTHON_MODULE, "answer", Array(key, called, given))
    If VarType(found) = vbLong Then
        If found = KEY_NOT_KNOWN Then Exit Function
    End If
    Ask = AsCells(found)
End Function

Public Function AskAll(ByVal questions As Variant) As Variant
    'The answers to questions of single cells, in their order.
    Dim answers As Variant, place As Long
    answers = server.CallUDF(PYTHON_MODULE, "answer_all", Array(key, questions))
    For place = LBound(answers) To UBound(answers)
        answers(place) = AsCells(answers(place))
    Next place
    AskAll = answers
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

Public Function Sentence(ByVal description As String) As String
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
    Sentence = "no answer: " & cause & " (" & FirstLine(description) & "); " & _
        "type  xlfuncs doctor  in a terminal, do what it says, then press Ctrl+Alt+F9 here"
End Function

Private Function FirstLine(ByVal text As String) As String
    FirstLine = Split(Replace(text, vbCr, vbLf) & vbLf, vbLf)(0)
End Function
