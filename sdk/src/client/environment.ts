/** The environment variables that stand in for options. Only this file reads the environment. */
export interface EnvironmentDefaults {
  apiKey: string | undefined;
  baseUrl: string | undefined;
}

export function readEnvironment(): EnvironmentDefaults {
  return { apiKey: process.env.TOKENGRIP_API_KEY || undefined, baseUrl: process.env.TOKENGRIP_URL || undefined };
}
