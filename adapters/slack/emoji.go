package slack

// characters are emoji by their names in Slack: those that people use when they write to somebody they
// do not know.
var characters = map[string]string{
	"slightly_smiling_face": "🙂", "simple_smile": "🙂", "smile": "😄", "smiley": "😃", "grinning": "😀", "grin": "😁",
	"blush": "😊", "wink": "😉", "joy": "😂", "laughing": "😆", "satisfied": "😆", "sweat_smile": "😅", "relaxed": "☺️",
	"hugging_face": "🤗", "thinking_face": "🤔", "sunglasses": "😎", "star-struck": "🤩", "upside_down_face": "🙃",
	"neutral_face": "😐", "confused": "😕", "slightly_frowning_face": "🙁", "disappointed": "😞", "cry": "😢",
	"sob": "😭", "worried": "😟", "open_mouth": "😮", "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎",
	"ok_hand": "👌", "clap": "👏", "wave": "👋", "raised_hands": "🙌", "pray": "🙏", "muscle": "💪",
	"crossed_fingers": "🤞", "handshake": "🤝", "point_right": "👉", "point_up": "☝️", "eyes": "👀", "heart": "❤️",
	"blue_heart": "💙", "tada": "🎉", "sparkles": "✨", "star": "⭐", "fire": "🔥", "rocket": "🚀", "bulb": "💡",
	"white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "warning": "⚠️", "information_source": "ℹ️",
	"question": "❓", "exclamation": "❗", "heavy_exclamation_mark": "❗", "arrow_right": "➡️", "phone": "☎️",
	"telephone": "☎️", "telephone_receiver": "📞", "email": "✉️", "envelope": "✉️", "calendar": "📆", "date": "📅",
	"memo": "📝", "pencil": "📝", "paperclip": "📎", "mortar_board": "🎓", "school": "🏫", "books": "📚", "sunny": "☀️",
	"four_leaf_clover": "🍀",
}
