/** Which server is asked, and as whom. */
@NullMarked
package dev.lading.cli.login;

import org.jspecify.annotations.NullMarked;
