/** From a data lake to a prepared data set: ingest, check, shuffle, write. */
package io.millrace.prepare;
