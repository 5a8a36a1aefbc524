package io.millrace.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The name of a record that a config may choose; its interface lists it by {@link OneOf}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Named {
  /** The name in a config: lower case, words joined by - or _. */
  String value();

  /** One sentence for the table of keys. */
  String doc();
}
