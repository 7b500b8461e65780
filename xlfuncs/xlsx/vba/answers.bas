Attribute VB_Name = "PriceAnswers"
'Answers the price functions, and keeps the answers: a question is asked once, as long as the sheets
'that prices come from say the same.
Option Explicit
Option Private Module

Private Const MOST_KEPT As Long = 100000

Private kept As Dictionary        'the answers, by question
Private asked As Dictionary       'questions of single cells, to be asked again when the sheets change
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
        Answer = NewAnswer(called, given)
        If Unanswered Then Doubt  'Python is back, for the cells that had no answer as well
    End If
    If question <> "" Then Keep question, Answer, Array(called, given)
    Exit Function
NotAnswered:
    If Failure = "" Then Failure = PricePython.Sentence(Err.Description)
    Unanswered = True
    If inWords Then Answer = Failure Else Answer = CVErr(xlErrValue)
End Function

Public Sub Forget()
    'Drops the answers; the sheets are handed over again with the next question.
    stated = PriceSheets.Statement
    PricePython.ForgetSheets
    Unanswered = False
    Set kept = New Dictionary
    If asked Is Nothing Then Set asked = New Dictionary
End Sub

Public Function IsCurrent() As Boolean
    'Whether the sheets still say what the answers come from.
    If Not kept Is Nothing Then IsCurrent = (PriceSheets.Statement = stated)
End Function

Public Sub Doubt()
    'What cells show may not come from what the sheets say.
    stated = ""
End Sub

Private Sub TakeValues(ByRef given As Variant)
    'Puts values in place of cells, and nothing in place of what was left out; several areas at
    'once are no argument.
    Dim place As Long, cells As Object
    For place = LBound(given) To UBound(given)
        If IsMissing(given(place)) Or IsNull(given(place)) Then
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
    Dim place As Long, said As String
    QuestionOf = called
    For place = LBound(given) To UBound(given)
        If IsArray(given(place)) Then
            QuestionOf = ""
            Exit Function
        End If
        said = PriceSheets.Exactly(given(place))
        QuestionOf = QuestionOf & " " & Len(said) & ":" & said
    Next place
End Function

Private Function NewAnswer(ByVal called As String, ByVal given As Variant) As Variant
    On Error Resume Next  'Python may have ended since it was asked last
    NewAnswer = PricePython.Ask(called, given)
    If Err.Number = 0 And Not IsEmpty(NewAnswer) Then Exit Function
    On Error GoTo 0
    If Not IsCurrent Then  'the sheets changed, and no event said so
        Doubt
        Set kept = New Dictionary
    End If
    PricePython.HandOver
    If kept.Count = 0 Then AskAgain
    NewAnswer = PricePython.Ask(called, given)
    If IsEmpty(NewAnswer) Then Err.Raise 1000, Description:="the sheets were not accepted"
End Function

Private Sub AskAgain()
    'Asks what was asked of other sheets in one go, because the cells are about to.
    Dim question As Variant, answers As Variant, place As Long
    If asked.Count = 0 Then Exit Sub
    answers = PricePython.AskAll(asked.Items)
    place = LBound(answers)
    For Each question In asked.Keys
        kept.Add question, answers(place)
        place = place + 1
    Next question
    Set asked = New Dictionary  'the cells that ask still will be back
End Sub

Private Sub Keep(ByVal question As String, ByVal found As Variant, ByVal words As Variant)
    If kept.Count >= MOST_KEPT Then
        Set kept = New Dictionary
        Set asked = New Dictionary
    End If
    If Not kept.Exists(question) Then kept.Add question, found
    If Not IsArray(found) And Not asked.Exists(question) Then asked.Add question, words
End Sub
