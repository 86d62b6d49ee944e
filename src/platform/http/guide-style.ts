/** The stylesheet of the guides: light or dark as the browser prefers, and readable on a phone. */
export const GUIDE_STYLE = `:root {
  color-scheme: light dark;
  --text: #1b2330; --quiet: #566173; --page: #fff; --panel: #f5f7fa; --line: #dce1e8; --link: #0b57d0; --mark: #fff3c4;
  font-family: system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
  line-height: 1.6;
  scroll-padding-top: 1rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e3e7ee; --quiet: #9aa5b6; --page: #12161d; --panel: #1b212b; --line: #323b49; --link: #8ab4f8; --mark: #4a3f12;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); -webkit-text-size-adjust: 100%; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .18em; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
header {
  display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline;
  padding: .8rem max(1.25rem, calc((100% - 71.5rem) / 2)); border-bottom: 1px solid var(--line); background: var(--panel);
}
header nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
header a { text-decoration: none; }
header a:hover { text-decoration: underline; }
header a[aria-current] { color: inherit; font-weight: 600; }
main { max-width: 74rem; margin: 0 auto; padding: 1.5rem 1.25rem 5rem; }
article > *, .guides { max-width: 52rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: break-word; }
h1 { margin: .5rem 0 1rem; font-size: 2rem; }
h2 { margin: 2.75rem 0 .75rem; font-size: 1.4rem; }
h3 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
.anchor { color: var(--quiet); text-decoration: none; opacity: 0; }
:hover > .anchor, .anchor:focus { opacity: 1; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
code { font-size: .875em; padding: .1em .3em; border-radius: .25rem; background: var(--panel); overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); line-height: 1.5; }
pre code { padding: 0; background: none; overflow-wrap: normal; }
li { margin: .25rem 0; }
.table { max-width: none; overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .925rem; }
th, td { padding: .5rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; min-width: 5rem; }
th { border-bottom-width: 2px; white-space: nowrap; }
td code { background: none; padding: 0; }
td > a > code, td:first-child > code:only-child { white-space: nowrap; }
tr { scroll-margin-top: 4rem; }
:target { background: var(--mark); }
.contents ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 0 0 1.5rem; padding: 0; font-size: .925rem; }
.contents li { margin: 0; }
.contents a { text-decoration: none; }
.contents a:hover { text-decoration: underline; }
.guides { list-style: none; padding: 0; }
.guides li { padding: 1rem 0; border-bottom: 1px solid var(--line); }
.guides a { font-size: 1.1rem; font-weight: 600; text-decoration: none; }
.guides a:hover { text-decoration: underline; }
.guides p { margin: .25rem 0 0; color: var(--quiet); }
@media (min-width: 68rem) {
  main:has(.contents) { display: grid; grid-template: auto 1fr / 14rem minmax(0, 1fr); column-gap: 3rem; }
  main:has(.contents) > h1, main > article { grid-column: 2; }
  main > .contents { grid-area: 1 / 1 / span 2; }
  .contents ul { position: sticky; top: 1.25rem; display: block; max-height: calc(100vh - 2.5rem); overflow-y: auto; margin-top: 1rem; padding-bottom: 1rem; }
  .contents li { margin: .45rem 0; line-height: 1.35; }
}
@media (max-width: 44rem) {
  h1 { font-size: 1.7rem; }
  table, tbody, tr, td { display: block; }
  thead, td:empty { display: none; }
  tr { padding: .75rem 0; border-bottom: 1px solid var(--line); scroll-margin-top: 1rem; }
  td { padding: .15rem 0; border: 0; }
  td:not(:first-child)[data-label]::before { content: attr(data-label) ': '; color: var(--quiet); }
}
@media print { header, .contents, .anchor { display: none; } }
`;
