/**
 * What crosses Spark: byte arrays and nothing else. Weights go as bulk-copied little-endian slices,
 * small records Java-serialised by us, since Spark's own serialiser may be Kryo, which cannot set
 * the fields of a record.
 */
package io.millrace.wire;
