package io.millrace.predict;

import io.millrace.prepare.Reason;

/**
 * An image that goes to quarantine.
 *
 * @param path its file, relative to the source
 * @param row its number in the file, from 0
 * @param detail what exactly is wrong
 */
record BadImage(String path, long row, Reason reason, String detail) {}
