"""Answers -> a page: the Gradio chat with its source panel, its guards and its HTTP API.

exchanges, sessions -> questions -> conversation_html, source_panel, library -> source_events, events -> page -> server
                       questions -> completions, article_routes -> http_api                -> server
guards, login, login_routes, metrics, signing, sharing, uploads, feedback, settings_page, mounting -> server
"""
