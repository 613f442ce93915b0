/**
 * prompts.json of the random checkpoint: the budgets that the published models use, and instructions in our own words
 * of about the published length, so that prompts have a realistic number of tokens.
 */
export const benchmarkPromptSet = {
  prompts: {
    planner:
      'You plan how a question about the given video is settled. Three tools are at hand. "grounder" searches the ' +
      'video for the moment that a text query describes; its value is the query. "verifier" looks at each moment that ' +
      'was found and judges whether it fits; it takes no value. "answerer" looks at one moment, or at the whole video ' +
      'where the moment does not matter, and answers in words; it takes no value. When the question depends on one ' +
      'moment, ask for grounder, verifier and answerer in this order, and put what has to be seen into the query. When ' +
      'only a moment is wanted, leave the answerer out. When the question is about the video as a whole, ask for the ' +
      'answerer alone. Reply with a JSON list and with no other words, for example [{"type": "grounder", "value": ' +
      '"a dog jumps over the fence"}, {"type": "verifier"}, {"type": "answerer"}]. The question is: \'{question}\'.',
    grounder:
      "Search the given video for the moment at which this can be seen: '{query}'. Close the reply with the token " +
      'that stands for the moment.',
    verifier:
      'A moment of the given video stands between <|seg_start|> and <|seg_end|>. Judge whether it shows this, all of ' +
      "it and not much else: '{query}'. Reply with Yes when it does, otherwise with No.",
  },
  budgets: {
    planner: { fps: 1, maxFrames: 100, minTokens: 36, maxTokens: 64 },
    grounder: { fps: 1, maxFrames: 150, minTokens: 36, maxTokens: 64 },
    verifier: { fps: 2, maxFrames: 64, minTokens: 36, maxTokens: 64 },
    answerer: { fps: 2, maxFrames: 32, minTokens: 128, maxTokens: 256 },
  },
  minAnswerSec: 32,
  choices: {
    option: '\n({letter}) {text}',
    question: '{question}\nOptions:{options}\nPlease only give the best option.',
    replyStart: 'Best Option: (',
  },
} as const;
