/** One image: decoding, one operation a class, and the pipeline that chains them. */
package io.millrace.image;
