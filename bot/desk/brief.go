package desk

import _ "embed"

// BriefSchema is the JSON Schema (2020-12) of bot.Brief, in words for those who read briefs in tools of
// their own. What it says may be added to; what is there keeps its meaning, or its $id changes.
//
//go:embed brief.schema.json
var BriefSchema string
