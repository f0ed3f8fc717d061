/** The look of all pages: one small sheet, light and dark, nothing from elsewhere. */
export const style = `
:root{color-scheme:light dark;--ink:light-dark(#1d2530,#e7ebf0);--soft:light-dark(#5a6675,#a3afbd);
--paper:light-dark(#f5f6f8,#14181d);--card:light-dark(#fff,#1d232b);--line:light-dark(#d8dde4,#343c47);
--accent:light-dark(#1a5fb4,#8ab8f5);--on-accent:light-dark(#fff,#0e1a2b);--bad:light-dark(#a32525,#ff9d96);--good:light-dark(#1c6b3c,#7fd6a2)}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem 4rem}
main.narrow{max-width:30rem;padding-top:8vh}
h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 1rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.5rem 0}a{color:var(--accent)}
pre{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem;margin:.25rem 0;white-space:pre-wrap}
td.time{white-space:nowrap}
code,pre,textarea,td.request{font:.9em ui-monospace,monospace}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem}
.soft{color:var(--soft);font-size:.9rem}.bad{color:var(--bad)}.good{color:var(--good)}
.badge{display:inline-block;border:1px solid var(--line);border-radius:1rem;padding:0 .6rem;font-size:.8rem;color:var(--soft)}
.done{border-left:.25rem solid var(--good);padding:.5rem .75rem;background:var(--card)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1rem;margin:0}dt{color:var(--soft)}dd{margin:0}
ul.scopes{list-style:none;padding:0;margin:1rem 0;border-top:1px solid var(--line)}
ul.scopes li{padding:.6rem 0;border-bottom:1px solid var(--line)}ul.scopes code{color:var(--soft);display:block}
form{margin:0}.row{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0}
button,input,select,textarea{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .9rem;min-height:2.75rem}
textarea{font:.85em ui-monospace,monospace;width:100%;min-height:8rem}
button{cursor:pointer}button:hover{border-color:var(--accent)}button.main{background:var(--accent);color:var(--on-accent);border-color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
table{width:100%;border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:500;font-size:.9rem}td form button{min-width:9rem}
@media(max-width:40rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}
table,tbody,tr,td{display:block}thead{display:none}tr{border-bottom:1px solid var(--line);padding:.5rem 0}td{border:0;padding:.1rem 0}.consent button{flex:1}}
`
