/** Architectures as stock DL4J configurations, and what lies where in the networks made of them. */
package io.millrace.model;
