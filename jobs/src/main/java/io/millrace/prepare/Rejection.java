package io.millrace.prepare;

import java.io.Serializable;

/**
 * A row that goes to quarantine.
 *
 * @param file its file, relative to the source
 * @param row its number in the file, from 0
 * @param label its label as the source has it, or null
 * @param detail what exactly is wrong
 */
record Rejection(String file, long row, String label, Reason reason, String detail)
    implements Serializable {}
