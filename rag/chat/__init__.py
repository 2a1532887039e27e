"""Answers -> a page: the Gradio chat with its source panel, its guards and its HTTP API.

sessions, exchanges -> asking -> turns, reader, library -> page
                              -> http_api
guards, login, metrics -> server
"""
