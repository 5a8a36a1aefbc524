/**
 * Files of weights, ours and others': reading them, writing them, and what each says of itself.
 *
 * <p>Decided: {@code model.zip} is a stock DL4J file with one more entry that DL4J leaves alone.
 * Bulk copies in the place of ND4J's reader, which goes element by element. Rejected: Java
 * serialisation of networks.
 */
package io.millrace.formats;
