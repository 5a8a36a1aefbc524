/**
 * How a record says what its keys in a config file are, and how counts are said to people. It
 * stands in this module so that an image operation can carry its own keys; the reader of config
 * files is {@code io.millrace.config} in the jobs module.
 */
package io.millrace.settings;
