/**
 * YAML into validated records, with every problem reported at once.
 *
 * <p>Decided: a section is a record of the room that it configures; its {@link
 * io.millrace.settings.Key} annotations are the only place where a key, its default, its rule and
 * its say in the weights stand, and the reader, the writer, the fingerprint and the reference are
 * made from them. A value keeps its file and line until it is accepted.
 *
 * <p>Rejected: Jackson's binding, which ends at the first problem, has no lines once it has read a
 * tree, makes values fit (1.5 the integer 1) unless told not to, and knows of no defaults and
 * rules.
 */
package io.millrace.config;
