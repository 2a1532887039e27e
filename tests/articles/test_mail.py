"""Mail is read whole: the form that has a text, every part shown, what is forwarded; what is not read is noted."""

from email.message import EmailMessage
from pathlib import Path

from rag.articles import load_articles

BODY = "The harbour authority of Tolvik closed its northern pier on Monday."
MORE = "Divers had seen cracks in three of its pillars."
TABLE = f"<html><body><table><tr><td>{BODY}</td></tr><tr><td>{MORE}</td></tr></table></body></html>"


def load(folder: Path, message: EmailMessage) -> tuple[str, tuple[str, ...]]:
    (folder / "a.eml").write_bytes(message.as_bytes())
    loaded = load_articles(folder / "a.eml", folder)
    return loaded.articles[0].text.strip(), loaded.notes


def written(text: str, subtype: str = "plain") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Tolvik shuts pier"
    message.set_content(text, subtype=subtype)
    return message


def two_forms(plain: str) -> EmailMessage:
    message = written(plain)
    message.add_alternative(f"<p>{BODY}</p>", subtype="html")
    return message


def test_of_two_forms_the_one_with_a_text_is_read_once(tmp_path: Path) -> None:
    assert load(tmp_path, two_forms("\n")) == (BODY, ())
    assert load(tmp_path, two_forms(f"{BODY} (plain)")) == (f"{BODY} (plain)", ())


def test_the_text_behind_a_picture_is_read(tmp_path: Path) -> None:
    message = written(BODY)
    message.make_mixed()
    message.add_attachment(b"x", maintype="image", subtype="png", filename="pier.png", disposition="inline")
    message.attach(written(MORE))
    message.add_attachment("Not of the message.", filename="notes.txt")
    assert load(tmp_path, message) == (f"{BODY}\n\n{MORE}", ("attachments were not read: pier.png, notes.txt",))


def test_a_forwarded_message_is_read(tmp_path: Path) -> None:
    message = written("See below, please.")
    message.add_attachment(two_forms(" "))
    assert load(tmp_path, message) == (f"See below, please.\n\n{BODY}", ())


def test_a_mail_laid_out_by_a_table_is_read_without_its_markup(tmp_path: Path) -> None:
    text, _ = load(tmp_path, written(TABLE, "html"))
    assert "<" not in text
    assert BODY in text
    assert MORE in text


def test_a_mailbox_notes_the_messages_without_a_text(tmp_path: Path) -> None:
    from_line = b"From a@example.org Fri Mar 12 08:00:00 2021\n"
    messages = [two_forms(" "), written(" "), written(MORE), *[written("\n")] * 6]
    (tmp_path / "a.mbox").write_bytes(b"".join(from_line + message.as_bytes() + b"\n" for message in messages))
    loaded = load_articles(tmp_path / "a.mbox", tmp_path)
    assert [(article.id, article.text.strip()) for article in loaded.articles] == [
        ("a.mbox/1", BODY),
        ("a.mbox/3", MORE),
    ]
    assert loaded.notes == (
        *(f"message {number} is a mail message without a text" for number in (2, 4, 5, 6, 7)),
        "2 more messages were not read",
    )
