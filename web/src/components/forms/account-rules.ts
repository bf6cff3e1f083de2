/** The shortest password that the server takes. */
const SHORTEST_PASSWORD = 10;

export const NEW_PASSWORD_HINT = `At least ${SHORTEST_PASSWORD} characters.`;

/** What is asked of a new password before it is sent. */
export const newPasswordRules = {
  required: 'Choose a password.',
  minLength: { value: SHORTEST_PASSWORD, message: `Use at least ${SHORTEST_PASSWORD} characters.` },
};

export const emailRules = {
  required: 'Enter your email address.',
  pattern: { value: /^\S+@\S+$/, message: 'Enter an email address, such as dana@example.com.' },
};
