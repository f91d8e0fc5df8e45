package predict

import "function/shared/language"

func init() { kinds["intents"] = intents }

type intentPrediction struct {
	ID     string `json:"id"`
	Intent string `json:"intent"`
}

// intents is what the text wants done with tasks, or oos where it wants
// nothing of the kind: small talk, help, a yes or a no to no question, or what
// was not understood.
func intents(c Case) (any, error) {
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	p := intentPrediction{ID: c.ID, Intent: string(language.OutOfScope)}
	u, err := language.Understand(c.Text, ctx, language.Focus{})
	if err != nil {
		return p, nil
	}
	i := u.Acts[0].Intent
	if i == language.Unclear && u.Acts[0].Wants != "" {
		i = u.Acts[0].Wants // "remind me" wants something added, and says too little
	}
	switch i {
	case language.SmallTalk, language.Help, language.Confirm, language.Refuse, language.Choose, language.Unclear:
	default:
		p.Intent = string(i)
	}
	return p, nil
}
