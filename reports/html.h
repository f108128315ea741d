/* html: a report as one HTML page that needs nothing else: style and pictures are inside, there is no script,
 * and it reads well on a screen, on a phone and on A4 paper. Everything that comes from data is escaped. */
#ifndef DAYBOOK_REPORTS_HTML_H
#define DAYBOOK_REPORTS_HTML_H

#include "base/str.h"
#include "reports/model.h"

/* A page of 2,000 schools takes about 2 MiB. */
enum { HTML_MAXIMUM_BYTES = 64 << 20 };

/* Adds the whole page to out. The same document gives the same bytes. ERR_BUG when out is full. */
MUST_CHECK bool html_render(const struct model *document, struct buf *out, struct err *e);

/* Text and attribute values: & < > " ' and characters that HTML cannot hold. */
void html_escape(struct buf *out, const char *text);

/* The inline SVG of a line over days. */
void html_add_chart(struct buf *out, const struct model *document, const struct model_block *block);

/* The style of every page, and what a report with notices, checks, charts and wide tables needs besides. */
extern const char html_style[];
extern const char html_report_style[];

#endif
