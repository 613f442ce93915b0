/** core-js has no types of its own; it is imported for what it does. */
declare module 'core-js/stable';
declare module 'core-js/proposals/explicit-resource-management';
