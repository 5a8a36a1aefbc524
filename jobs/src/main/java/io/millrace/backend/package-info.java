/** The ND4J backend of this JVM: which native binary, how many threads, and how fast it is. */
package io.millrace.backend;
