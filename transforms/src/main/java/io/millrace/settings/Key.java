package io.millrace.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one key of a config file on the record component that holds its value. The component's
 * name is the key.
 *
 * <p>The table in conf/README.md is made from these annotations, and a test holds the two together.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
  /** One sentence for the table of keys, with the unit. */
  String doc();

  /** The default as YAML text; {@link #REQUIRED} for a key without one; {@code "null"} for none. */
  String value() default REQUIRED;

  /** Smallest value allowed for a number, inclusive unless {@link #above}. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Largest value allowed for a number, inclusive unless {@link #below}. */
  double max() default Double.POSITIVE_INFINITY;

  /** Whether {@link #min} itself is refused. */
  boolean above() default false;

  /** Whether {@link #max} itself is refused. */
  boolean below() default false;

  /** What a text must be, in words; empty where any will do. */
  String rule() default "";

  /** Regular expression that such a text matches as a whole. */
  String pattern() default "";

  /**
   * For a choice ({@link OneOf}) inside of a section: the key holds the name alone, and the keys of
   * what is named stand beside it, as {@code optimizer: {kind: nesterov, momentum: 0.9}}.
   */
  boolean inline() default false;

  /** Whether one value may stand for a list of it. */
  boolean one() default false;

  /** What the key was called before; one who still writes that is told its new name. */
  String was() default "";

  /**
   * Whether the key has a say of its own in the weights that a run ends with: a run cannot be
   * resumed with another value. False for a name, a place, a wait or what only measures, and for
   * what acts through the prepared data set, which has a fingerprint. What is false of a section is
   * false of all keys in it.
   */
  boolean decides() default true;

  /**
   * The name under which somebody may accept another value when a run is resumed, though the key
   * decides; empty for a key whose value has to stay. What is said of a section is said of all keys
   * in it.
   */
  String accept() default "";

  /**
   * Whether the key has a say in what validation measures, and by that in the weights where the
   * learning rate follows it.
   */
  boolean measures() default false;

  /** The default of a key that has none: leaving it out is an error. */
  String REQUIRED = "\0required";
}
