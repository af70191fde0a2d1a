const mask = "•••";

/**
 * A text without secrets: each of them, also as a URL would encode it, becomes `•••`, and so does
 * the password in any URL.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)[^\s@/]+@/gi, `$1${mask}@`);
  for (const secret of secrets) {
    if (secret === "") continue;
    clean = clean.replaceAll(secret, mask);
    const encoded = encode(secret);
    if (encoded !== secret) clean = clean.replaceAll(encoded, mask);
  }
  return clean;
}

function encode(text: string): string {
  // A lone surrogate has no encoding.
  return text.isWellFormed() ? encodeURIComponent(text) : text;
}
