/* gate_xml: `gate-xml/1`, the log of gates, dormitory doors and school buses (FORMATS.md 3.5): XML, one element a record.
 * Events and alarms share one sequence. */
#ifndef DAYBOOK_FORMATS_GATE_XML_H
#define DAYBOOK_FORMATS_GATE_XML_H

#include "formats/devlog.h"

devlog_read gate_xml_read;

#endif
