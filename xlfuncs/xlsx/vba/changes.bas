Attribute VB_Name = "PriceChanges"
'Works prices out anew when the sheets they come from have changed, and only then.
Option Explicit
Option Private Module

Private Const NOTE As String = "xlfuncs_priced_from"
Private Const MOST_ROUNDS As Long = 5
Private Const LEANING As String = "no answer: the sheets Tiers, Amendments and Contract depend on " & _
    "the results of the price functions, or change at every calculation; expected neither"

Private opened As Boolean         'whether the sheets were looked at since the workbook was opened
Private looking As Boolean        'while prices are worked out anew
Private told As String            'the failure that the user was told of

Public Sub LookAgain()
    'Called by every event after which the sheets may say something else.
    If looking Then Exit Sub  'working out raises those events again
    looking = True
    On Error GoTo Failed
    If opened Then WorkOut Else LookAtOpened
    looking = False
    TellFailure
    Exit Sub
Failed:
    PriceAnswers.Failure = "no answer: Excel could not calculate prices (" & Err.Description & ")"
    PriceAnswers.Unanswered = True
    PriceAnswers.Doubt
    looking = False
    TellFailure
End Sub

Private Sub WorkOut()
    Dim rounds As Long
    Do While rounds <= MOST_ROUNDS And Not PriceAnswers.IsCurrent
        If rounds = MOST_ROUNDS Then PriceAnswers.Failure = LEANING
        rounds = rounds + 1
        PriceAnswers.Forget
        Recalculate ThisWorkbook
        RecalculateOthers
    Loop
End Sub

Private Sub LookAtOpened()
    'Prices that were saved with the same sheets are right; others are worked out anew.
    opened = True
    If Noted <> "" And Noted = PriceSheets.Fingerprint(PriceSheets.Statement) Then
        PriceAnswers.Forget
        RecalculateOthers
    Else
        PriceAnswers.Doubt
        WorkOut
    End If
End Sub

Private Sub RecalculateOthers()
    Dim book As Workbook
    For Each book In Application.Workbooks
        If Not book Is ThisWorkbook Then LookAtOther book
    Next book
End Sub

Public Sub LookAtOther(ByVal book As Workbook)
    'Works another workbook out anew if a formula or a name in it asks for prices.
    If AsksForPrices(book) Then Recalculate book
End Sub

Private Function AsksForPrices(ByVal book As Workbook) As Boolean
    Dim sheet As Worksheet, named As Name
    AsksForPrices = True
    On Error GoTo Unknown
    For Each named In book.Names
        If InStr(1, named.RefersTo, FUNCTION_PREFIX, vbTextCompare) > 0 Then Exit Function
    Next named
    For Each sheet In book.Worksheets
        If Not sheet.Cells.Find(FUNCTION_PREFIX, LookIn:=xlFormulas, LookAt:=xlPart) Is Nothing Then
            Exit Function
        End If
    Next sheet
    AsksForPrices = False
Unknown:
End Function

Private Sub Recalculate(ByVal book As Workbook)
    'Calculation switched off and on, Excel works a whole sheet out: at once, or when F9 is pressed.
    Dim sheet As Worksheet
    For Each sheet In book.Worksheets
        If sheet.EnableCalculation Then
            sheet.EnableCalculation = False
            sheet.EnableCalculation = True
        End If
    Next sheet
End Sub

Public Sub NoteSheets()
    'Notes in the workbook which sheets its prices come from; nothing if some have no answer yet.
    Dim text As String
    On Error Resume Next  'without a note that fits, the next opening works prices out
    If Not PriceAnswers.Unanswered And PriceAnswers.IsCurrent Then
        If Application.CalculationState = xlDone Then
            text = PriceSheets.Fingerprint(PriceSheets.Statement)
        End If
    End If
    If text <> Noted Then
        ThisWorkbook.Names.Add Name:=NOTE, RefersTo:="=""" & text & """", Visible:=False
    End If
End Sub

Private Function Noted() As String
    Dim named As Name
    For Each named In ThisWorkbook.Names
        If named.Name = NOTE Then Noted = Replace(Mid$(named.RefersTo, 2), """", "")
    Next named
End Function

Private Sub TellFailure()
    'Says once why there are no answers; the next calculation asks Python again.
    Dim text As String
    text = PriceAnswers.Failure
    PriceAnswers.Failure = ""
    If text <> "" And text <> told And Application.UserControl And Application.DisplayAlerts Then
        told = text
        MsgBox text, vbExclamation, ThisWorkbook.Name
    End If
End Sub
