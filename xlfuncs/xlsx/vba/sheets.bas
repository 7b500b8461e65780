Attribute VB_Name = "PriceSheets"
'Reads the sheets that prices come from: Tiers, Amendments and Contract of this workbook.
Option Explicit
Option Private Module

Public Function Handed(ByVal title As String) As Variant
    'What Python gets of a sheet: its cells, the number formats of its numbers, its merged cells.
    Dim sheet As Worksheet, used As Range, values As Variant
    Set sheet = SheetCalled(title)
    If sheet Is Nothing Then Exit Function
    Set used = UsedCells(sheet)
    values = used.Value2
    Handed = Array(values, FormatsIn(used, values), MergedIn(used))
End Function

Private Function FormatsIn(ByVal used As Range, ByVal values As Variant) As Variant
    Dim formats() As Variant, row As Long, column As Long
    If Not IsArray(values) Then
        If VarType(values) = vbDouble Then FormatsIn = used.NumberFormat
        Exit Function
    End If
    ReDim formats(1 To UBound(values, 1), 1 To UBound(values, 2))
    For row = 1 To UBound(values, 1)
        For column = 1 To UBound(values, 2)
            If VarType(values(row, column)) = vbDouble Then
                formats(row, column) = used.Cells(row, column).NumberFormat
            End If
        Next column
    Next row
    FormatsIn = formats
End Function

Private Function MergedIn(ByVal used As Range) As String
    Dim cell As Range, anywhere As Variant
    anywhere = used.MergeCells
    If VarType(anywhere) = vbBoolean Then  'all cells alike; otherwise it is Null
        If Not anywhere Then Exit Function
    End If
    For Each cell In used.Cells
        If cell.MergeCells Then
            If cell.Address = cell.MergeArea.Cells(1, 1).Address Then
                MergedIn = MergedIn & " " & cell.MergeArea.Address(False, False)
            End If
        End If
    Next cell
End Function

Public Function Statement() As String
    'What the sheets say, as one text: each cell that is not empty, whether it shows a number as a
    'day or a percentage, what is merged, and what days are counted from.
    Dim title As Variant, sheet As Variant
    Statement = "1904:" & CStr(CInt(ThisWorkbook.Date1904))
    For Each title In Array("Tiers", "Amendments", "Contract")
        Statement = Statement & vbLf & title
        sheet = Handed(title)
        If IsArray(sheet) Then Statement = Statement & StatementOf(sheet(0), sheet(1)) & sheet(2)
    Next title
End Function

Private Function StatementOf(ByVal values As Variant, ByVal formats As Variant) As String
    Dim texts() As String, row As Long, column As Long, filled As Long
    If Not IsArray(values) Then
        If Not IsEmpty(values) Then StatementOf = vbLf & "1,1=" & Exactly(values) & ShownBy(formats)
        Exit Function
    End If
    ReDim texts(0 To UBound(values, 1) * UBound(values, 2))
    For row = 1 To UBound(values, 1)
        For column = 1 To UBound(values, 2)
            If Not IsEmpty(values(row, column)) Then
                filled = filled + 1
                texts(filled) = row & "," & column & "=" & Exactly(values(row, column)) & _
                    ShownBy(formats(row, column))
            End If
        Next column
    Next row
    ReDim Preserve texts(0 To filled)
    StatementOf = Join(texts, vbLf)
End Function

Private Function ShownBy(ByVal look As String) As String
    'Whether a number format shows a percentage or a day; a text in quotes, as "USD", does neither.
    Dim parts() As String, part As Long
    parts = Split(look, """")
    look = ""
    For part = 0 To UBound(parts) Step 2
        look = look & parts(part)
    Next part
    If InStr(look, "%") > 0 Then ShownBy = "%"
    If LCase$(look) Like "*[ymdhs]*" Then ShownBy = ShownBy & "d"
End Function

Public Function Exactly(ByVal cell As Variant) As String
    'A cell as a text that no other cell has: of a number its 15 digits, and what they leave out.
    Select Case VarType(cell)
        Case vbDouble
            Exactly = Digits(cell) & Digits(cell - Val(Str$(cell)))
        Case vbString
            Exactly = Len(cell) & "'" & cell
        Case vbEmpty, vbBoolean, vbError
            Exactly = VarType(cell) & ":" & CStr(cell)
        Case Else  'other kinds of numbers, which only macros hand over
            Exactly = VarType(cell) & ":" & Exactly(CDbl(cell))
    End Select
End Function

Private Function Digits(ByVal number As Double) As String
    Digits = Replace(Replace(Str$(number), " .", " 0."), "-.", "-0.")
End Function

Public Function Fingerprint(ByVal text As String) As String
    'Two remainders of a text that is read as a number, one character after the other.
    Const FIRST_PRIME As Double = 2 ^ 31 - 1, SECOND_PRIME As Double = 2 ^ 31 - 19
    Dim first As Double, second As Double, place As Long, code As Double
    For place = 1 To Len(text)
        code = AscW(Mid$(text, place, 1)) And &HFFFF&
        first = first * 65599 + code
        first = first - Int(first / FIRST_PRIME) * FIRST_PRIME
        second = second * 69069 + code
        second = second - Int(second / SECOND_PRIME) * SECOND_PRIME
    Next place
    Fingerprint = first & "-" & second
End Function

Private Function SheetCalled(ByVal title As String) As Worksheet
    Dim sheet As Worksheet
    For Each sheet In ThisWorkbook.Worksheets
        If StrComp(sheet.Name, title, vbTextCompare) = 0 Then Set SheetCalled = sheet
    Next sheet
End Function

Private Function UsedCells(ByVal sheet As Worksheet) As Range
    'The cells from A1 to the last one that is used.
    With sheet.UsedRange
        Set UsedCells = sheet.Range(sheet.Range("A1"), .Cells(.Rows.Count, .Columns.Count))
    End With
End Function
