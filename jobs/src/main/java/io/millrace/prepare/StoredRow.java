package io.millrace.prepare;

import java.io.Serializable;

/** An example on its way through the shuffle: class index and encoded image. */
record StoredRow(int label, byte[] image) implements Serializable {}
