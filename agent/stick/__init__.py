"""The stick itself: found at start-up, its data partition made ready, its Wi-Fi told, its health checked, renewed."""
