"""What rag says of itself: greetings, thanks, and what can be asked."""

WHAT_TO_ASK = (
    "Ask a question that the articles answer, or for an overview, a timeline, a comparison of two articles, or the"
    " people and places they name."
)
HELLO = f"Hello. I answer from {{articles}}, and show the sentence that says it. {WHAT_TO_ASK}"
WELCOME = "You are welcome. Ask on, or ask for an overview of the articles."
WHAT_I_AM = (
    "I am rag: I answer from {articles}, in English, with the sentence that says it, and say so when they do not say."
    f" {WHAT_TO_ASK}"
)
WHICH_TO_COMPARE = "Which two of {articles} shall I compare? Name each by words of its title or by its id."
