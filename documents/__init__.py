"""Word, PDF, Excel, the scorecard picture and the QR code: made from one report, so that they cannot differ."""
