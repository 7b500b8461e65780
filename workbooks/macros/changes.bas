Attribute VB_Name = "PriceChanges"
'Works prices out anew when the sheets they come from have changed, and only then.
Option Explicit
Option Private Module

Private Const NOTE As String = "xlfuncs_priced_from"
Private Const MOST_ROUNDS As Long = 5
Private Const LEANING As String = "no answer: the sheets Tiers, Amendments and Contract lean on " & _
    "what the price functions answer, or change at every calculation; expected none of that"

Private looking As Boolean        'while prices are worked out anew
Private told As String            'the failure that the user was told of

Public Sub LookAgain()
    'Called by every event after which the sheets may say something else.
    Dim rounds As Long
    If looking Then Exit Sub  'working out raises those events again
    looking = True
    On Error GoTo Done
    Do While rounds <= MOST_ROUNDS And Not PriceAnswers.IsCurrent
        If rounds = MOST_ROUNDS Then PriceAnswers.Failure = LEANING
        rounds = rounds + 1
        PriceAnswers.Forget
        PriceAnswers.Unanswered = False
        Recalculate ThisWorkbook
        RecalculateOthers
    Loop
Done:
    looking = False
    TellFailure
End Sub

Public Sub LookAtOpened()
    'Prices that were saved with the same sheets are right; others are worked out anew.
    If Noted <> "" And Noted = PriceSheets.Fingerprint(PriceSheets.Statement) Then
        PriceAnswers.Forget
        RecalculateOthers
    Else
        LookAgain
    End If
End Sub

Public Sub LookAtOther(ByVal book As Workbook)
    'Works another workbook out anew if a formula or a name in it asks for prices.
    Dim sheet As Worksheet, named As Name, asks As Boolean
    For Each named In book.Names
        If InStr(1, named.RefersTo, FUNCTION_PREFIX, vbTextCompare) > 0 Then asks = True
    Next named
    For Each sheet In book.Worksheets
        If Not sheet.Cells.Find(FUNCTION_PREFIX, LookIn:=xlFormulas, LookAt:=xlPart) Is Nothing Then
            asks = True
        End If
    Next sheet
    If asks Then Recalculate book
End Sub

Private Sub RecalculateOthers()
    Dim book As Workbook
    For Each book In Application.Workbooks
        If Not book Is ThisWorkbook Then LookAtOther book
    Next book
End Sub

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
    If Not PriceAnswers.Unanswered And Application.CalculationState = xlDone Then
        text = PriceSheets.Fingerprint(PriceSheets.Statement)
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
