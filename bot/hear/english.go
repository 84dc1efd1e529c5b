package hear

var english = vocabulary{
	kinds: map[kind]string{
		article:     "the a an of",
		possessive:  "my your his her our their its",
		preposition: "in at to for on with from",
		pronoun:     "i you he she it we they me him them this that",
		auxiliary:   "am m is s are re be been have ve has want would d like need",
		courteous:   "hello hi hey please thanks thank thx pls cheers",
		filler:      "well just really actually currently so now um uh maybe also still very",
		denial:      "not never don doesn didn isn wasn aren won cant cannot",
		lacking:     "no without except neither nor former was none",
		turning:     "but i because since instead rather however",
		failing:     "find know understand why",
		carrying:    "want to going gonna thinking about of any a the of t",
		aged:        "years year yrs yr old yo y o aged age about around and half son daughter child kid is s am m she he i it",
		real: "information parent present where there their which career careers carer college collage course courses cause " +
			"school schools job jobs work worker working train training mission pension",
	},
	numbers: map[int16]string{
		0: "zero", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
		10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen",
		17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty",
		60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety", 100: "hundred",
	},
	ordinals: map[int8]string{
		1: "first 1st", 2: "second 2nd", 3: "third 3rd", 4: "fourth 4th", 5: "fifth 5th", 6: "sixth 6th",
		7: "seventh 7th", 8: "eighth 8th", 9: "ninth 9th", 10: "tenth 10th", -1: "last",
	},
	short: map[string]string{
		"im": "i am", "ive": "i have", "dont": "do not", "doesnt": "does not", "isnt": "is not", "didnt": "did not",
		"wanna": "want to", "u": "you", "id": "i would", "aint": "am not", "imma": "i am going to",
	},
}
