/** Architectures and initialisers, as stock DL4J configurations. */
package io.millrace.model;
