"""The application in the browser, for a team: what stands between a browser and one running application each.

A browser holds one WebSocket, and behind it stands one process with the application on its screen (``child``). On Linux
it is forked from a parent that has imported everything and opened nothing (``nursery``), elsewhere it is started anew
(``starting``). ``server`` answers the browser, ``session`` carries words to and fro, ``gate`` says who somebody is,
``front`` from where he may come, ``seats`` how many fit.

textual-serve brings the terminal's script, its style and its font, the packets and the downloads; what is wrong with it
for users who are strangers is mended here, each fault in the file that its test in ``tests/web/test_mended.py`` names.
"""
