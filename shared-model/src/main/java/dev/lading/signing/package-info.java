/** Which keys sign tokens, and from when. */
@NullMarked
package dev.lading.signing;

import org.jspecify.annotations.NullMarked;
