import { useState } from "react";

interface NumberFieldProps {
  value: number;
  most: number;
  label?: string;
  onChange(value: number): void;
}

/** A whole number from 1; what is not one yet stays typed and is not told. */
export function NumberField({ value, most, label, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      type="number"
      inputMode="numeric"
      className="number"
      aria-label={label}
      min={1}
      max={most}
      value={typed ?? value}
      onChange={(event) => {
        setTyped(event.target.value);
        const number = Number(event.target.value);
        if (Number.isInteger(number) && number >= 1 && number <= most) onChange(number);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
