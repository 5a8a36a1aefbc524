/**
 * Architectures: networks by name, as stock DL4J configurations.
 *
 * <p>Decided: one record a family, its published members told apart by keys (depth, form, width),
 * so that a new family is a class and a line. Names of vertices are the same whatever the
 * activation's layer is, since parameters are known by them. Sizes that a network cannot take are
 * refused here, in one line; what is merely unusual for it is not.
 *
 * <p>Rejected: DL4J's model zoo, whose nets of these names are other nets (its LeNet has 431,080
 * parameters, its ResNet-50 biases); layers of our own in a configuration, which no DL4J program
 * could open; one activation for all of {@code model}, since papers differ in theirs.
 */
package io.millrace.model.architecture;
