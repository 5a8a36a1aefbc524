/**
 * Networks as DL4J configures them: what lies where in them, and how they are read, copied and
 * said.
 */
package io.millrace.model;
