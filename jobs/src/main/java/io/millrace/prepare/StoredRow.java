package io.millrace.prepare;

import io.millrace.dataset.RowOrigin;
import java.io.Serializable;

/** An example on its way through the shuffle: class index, encoded image, where it comes from. */
record StoredRow(int label, byte[] image, RowOrigin origin) implements Serializable {}
