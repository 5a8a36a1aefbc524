/** YAML into validated records, with every problem reported at once. */
package io.millrace.config;
