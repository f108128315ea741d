/* order: comparing by one field after the other, as qsort and bsearch ask for it. */
#ifndef DAYBOOK_BASE_ORDER_H
#define DAYBOOK_BASE_ORDER_H

/* Leaves the comparing function where a and b differ, with their order; else goes on to the next field. */
#define ORDER(a, b)                                                                                            \
    do {                                                                                                       \
        if ((a) != (b))                                                                                        \
            return (a) < (b) ? -1 : 1;                                                                         \
    } while (0)

#endif
