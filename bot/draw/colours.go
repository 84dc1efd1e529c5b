package draw

// Colours are those of a picture that stands alone, by day and by night. Each kind has a hue; danger is
// red and nothing else is.
const Colours = `
.draw{--paper:#fbfbf9;--ink:#22262b;--soft:#5d6570;--line:#7a838f;--box:#fff;--edge:#8d959f;
--ask:#1f5fbf;--say:#5d6570;--if:#8a5a00;--route:#6b3fa0;--call:#0b7285;--handoff:#187a3d;--end:#22262b;
--danger:#b3261e;--human:#e9f5ec;--alarm:#fcebea;--pick:#ffd54a}
@media (prefers-color-scheme:dark){.draw{--paper:#16191d;--ink:#e8eaed;--soft:#a5adb8;--line:#8a94a0;--box:#22262c;--edge:#6b7480;
--ask:#8ab4f8;--say:#a5adb8;--if:#f2c063;--route:#c5a3f0;--call:#6fd0e0;--handoff:#7fd39b;--end:#e8eaed;
--danger:#ff8a80;--human:#1b2a20;--alarm:#2f1d1d;--pick:#544600}}
.paper{fill:var(--paper)}
text{fill:var(--ink)}
.lane rect{stroke-dasharray:2 4}
.lane.human rect{fill:var(--human);stroke:var(--handoff)}
.lane.danger rect{fill:var(--alarm);stroke:var(--danger)}
.lane text{font-weight:bold}
.lane.human text{fill:var(--handoff)}
.lane.danger>text{fill:var(--danger)}
.edge path{stroke:var(--line)}
.edge .head{fill:var(--line);stroke:none}
.edge.back path,.edge.interrupt path{stroke-dasharray:5 4}
.edge.back .head,.edge.interrupt .head{stroke-dasharray:none}
.edge.else text{font-style:italic}
.edge.way path{stroke:var(--handoff)}
.edge.way .head{fill:var(--handoff)}
.edge.unused path{opacity:.35}
.tag{fill:var(--paper)}.in-human .tag{fill:var(--human)}
.figure{fill:var(--ink);font-weight:bold}
.shape{fill:var(--box);stroke:var(--edge);stroke-width:1.2}
.bars{stroke:var(--edge)}
.kind,.number,.toward{fill:var(--soft)}
.ask .shape{stroke:var(--ask);stroke-width:1.8}.ask .kind{fill:var(--ask)}
.if .shape{stroke:var(--if)}.if .kind{fill:var(--if)}
.route .shape,.route .bars{stroke:var(--route)}.route .kind{fill:var(--route)}
.call .shape,.call .bars,.port .shape,.port .bars{stroke:var(--call)}.call .kind,.port .kind{fill:var(--call)}
.handoff .shape,.interrupt .shape{stroke:var(--handoff);stroke-width:1.8}.handoff .kind,.interrupt .kind{fill:var(--handoff)}
.end .shape,.start .shape{stroke:var(--end);stroke-width:2.6}
.step.danger .shape{stroke:var(--danger)}.step.danger .kind{fill:var(--danger)}
.step.selected .shape{fill:var(--pick)}
a:hover .shape,a:focus .shape{stroke-width:3}
.mark rect{fill:var(--soft)}.mark text{fill:var(--paper);font-weight:bold}
.mark.error rect{fill:var(--danger)}.mark.warning rect,.mark.expired rect{fill:var(--if)}.mark.count rect{fill:var(--ask)}
`
