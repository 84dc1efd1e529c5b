package render

import "strings"

// Plain is the nearest text that fits the GSM alphabet, so that an SMS costs half: ê becomes e,
// « » become ", œ becomes oe. French, and the languages around it, always fit. A text that does not
// fit even so (other scripts, emoji) comes back as it is: it goes out in UCS-2 anyway, as Segments
// says.
func Plain(text string) string {
	if _, fits := septets(text); fits {
		return text
	}
	plain := plainer.Replace(text)
	if _, fits := septets(plain); fits {
		return plain
	}
	return text
}

// The alphabet has è é ù ì ò à, of the capitals only Ç and É, and no circumflex: other capitals and ç
// lose their marks ("A savoir", "francais"), as French readers of SMS are used to.
var plainer = strings.NewReplacer(plainPairs()...)

// plainPairs are old and new texts in turn; among those that begin alike the first wins.
func plainPairs() []string {
	pairs := []string{
		"«\u00a0", `"`, "«\u202f", `"`, "« ", `"`, "\u00a0»", `"`, "\u202f»", `"`, " »", `"`, "«", `"`, "»", `"`,
		"“", `"`, "”", `"`, "„", `"`, "‹", "'", "›", "'", "‘", "'", "’", "'", "‚", "'", "`", "'", "´", "'", "ʼ", "'",
		"…", "...", "–", "-", "—", "-", "‐", "-", "‑", "-", "−", "-", "•", "-", "·", ".",
		"→", "->", "←", "<-", "×", "x", "÷", "/", "≤", "<=", "≥", ">=", "½", "1/2", "¼", "1/4", "¾", "3/4",
		"°", "o", "º", "o", "ª", "a", "²", "2", "³", "3", "¹", "1", "©", "(c)", "®", "(R)", "™", "(TM)",
		"µ", "u", "œ", "oe", "Œ", "OE", "ﬁ", "fi", "ﬂ", "fl", "þ", "th", "Þ", "Th", "ĳ", "ij", "Ĳ", "IJ",
		"\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u2007", " ", "\u2028", "\n", "\u2029", "\n", "\t", " ",
		"\u00ad", "", "\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\ufeff", "", "\ufe0f", "",
		// Marks that follow their letter: what the alphabet has is put together, the rest is dropped.
		"e\u0301", "é", "E\u0301", "É", "e\u0300", "è", "a\u0300", "à", "u\u0300", "ù", "i\u0300", "ì", "o\u0300", "ò",
		"a\u0308", "ä", "o\u0308", "ö", "u\u0308", "ü", "A\u0308", "Ä", "O\u0308", "Ö", "U\u0308", "Ü",
		"n\u0303", "ñ", "N\u0303", "Ñ", "a\u030a", "å", "A\u030a", "Å", "C\u0327", "Ç",
		"\u0300", "", "\u0301", "", "\u0302", "", "\u0303", "", "\u0308", "", "\u030a", "", "\u030c", "", "\u0327", "",
	}
	for _, group := range []struct{ to, from string }{
		{"A", "ÀÁÂÃĀĂĄ"}, {"a", "áâãāăą"}, {"C", "ĆĈĊČ"}, {"c", "çćĉċč"}, {"D", "ĎĐÐ"}, {"d", "ďđð"},
		{"E", "ÈÊËĒĔĖĘĚ"}, {"e", "êëēĕėęě"}, {"G", "ĜĞĠĢ"}, {"g", "ĝğġģ"}, {"H", "ĤĦ"}, {"h", "ĥħ"},
		{"I", "ÌÍÎÏĨĪĬĮİ"}, {"i", "íîïĩīĭįı"}, {"J", "Ĵ"}, {"j", "ĵ"}, {"K", "Ķ"}, {"k", "ķ"},
		{"L", "ĹĻĽĿŁ"}, {"l", "ĺļľŀł"}, {"N", "ŃŅŇ"}, {"n", "ńņňŉ"}, {"O", "ÒÓÔÕŌŎŐ"}, {"o", "óôõōŏő"},
		{"R", "ŔŖŘ"}, {"r", "ŕŗř"}, {"S", "ŚŜŞŠȘ"}, {"s", "śŝşšș"}, {"T", "ŢŤŦȚ"}, {"t", "ţťŧț"},
		{"U", "ÙÚÛŨŪŬŮŰŲ"}, {"u", "úûũūŭůűų"}, {"W", "Ŵ"}, {"w", "ŵ"}, {"Y", "ÝŶŸ"}, {"y", "ýÿŷ"},
		{"Z", "ŹŻŽ"}, {"z", "źżž"},
	} {
		for _, r := range group.from {
			pairs = append(pairs, string(r), group.to)
		}
	}
	return pairs
}
